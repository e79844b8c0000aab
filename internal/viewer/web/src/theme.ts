// Colours. They are Okabe and Ito's, which people who see fewer colours can tell apart; and each state has a shape of its own
// (paint.ts), so that nothing depends on colour alone. The style sheet has them, for both themes; the canvas reads them from there.

import { Wait } from "./lives";

export interface Theme {
  ground: string; lane: string; line: string; text: string; dim: string; accent: string; finding: string;
  running: string; runnable: string; fresh: string; held: string; onBar: string;
  waits: string[]; // by Wait
}

export function readTheme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const waits: string[] = [];
  waits[Wait.Lock] = colour("lock");
  waits[Wait.Channel] = colour("channel");
  waits[Wait.Others] = colour("others");
  waits[Wait.Clock] = colour("clock");
  waits[Wait.Outside] = colour("outside");
  return {
    ground: colour("ground"), lane: colour("lane"), line: colour("line"), text: colour("text"), dim: colour("dim"),
    accent: colour("accent"), finding: colour("finding"), running: colour("running"), runnable: colour("runnable"),
    fresh: colour("new"), held: colour("held"), onBar: colour("on-bar"), waits,
  };
}

const system = matchMedia("(prefers-color-scheme: dark)");
const followSystem = () => setTheme(system.matches);
const setTheme = (dark: boolean) => { document.documentElement.dataset.theme = dark ? "dark" : "light"; };

// startTheme takes the system's theme, and follows it; told is called whenever the theme changes.
export function startTheme(told: () => void) {
  new MutationObserver(told).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  system.addEventListener("change", followSystem);
  followSystem();
}

// toggleTheme changes between light and dark, until the system changes.
export function toggleTheme() { setTheme(document.documentElement.dataset.theme !== "dark"); }
