// The page: gets the trace, makes the run of it, and gives it to each panel.

import { controls } from "./controls";
import { byId } from "./dom";
import { graphPanel } from "./graphpanel";
import { legend } from "./legend";
import { keepLink } from "./link";
import { findOrigin, unpack } from "./origin";
import { racePanel } from "./racepanel";
import { readTrace } from "./reader";
import { Run } from "./run";
import { Library, SourcePanel } from "./sourcepanel";
import { stepPanel } from "./steppanel";
import { findingLine, storyPanel } from "./storypanel";
import { startTheme } from "./theme";
import { threadTable } from "./threadtable";
import { Timeline } from "./timeline";
import { valuesPanel } from "./valuespanel";
import { View } from "./view";

async function start() {
  const origin = await findOrigin();
  const run = new Run(readTrace(await unpack(await origin.trace())));
  const view = new View(run), library = new Library(origin);
  findingLine(view);
  legend();
  const timeline = new Timeline(run, view);
  startTheme(() => timeline.retheme());
  keepLink(view);
  controls(view);
  stepPanel(view);
  storyPanel(view);
  racePanel(view, library);
  graphPanel(view);
  valuesPanel(view);
  threadTable(view);
  new SourcePanel(view, library);
  view.changed();
  document.body.dataset.ready = "yes"; // for those that drive the page
}

start().catch((why) => {
  const trouble = byId("trouble");
  trouble.hidden = false;
  trouble.textContent = `The page cannot show this trace: ${why instanceof Error ? why.message : why}`;
  throw why;
});
