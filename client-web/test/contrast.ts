/** Computes the contrasts of the colours in the page's style sheets, for the tests. */

type Rgb = readonly [number, number, number];
/** Light or dark, with the usual or with more contrast. */
export interface Scheme {
  dark: boolean;
  more: boolean;
}

export const schemes: [string, Scheme][] = [
  ["light", { dark: false, more: false }],
  ["dark", { dark: true, more: false }],
  ["light, more contrast", { dark: false, more: true }],
  ["dark, more contrast", { dark: true, more: true }],
];

/** Returns the declarations of custom properties that apply in a scheme, from the style sheet's text. */
export function declared(css: string, { more }: { more: boolean }): Map<string, string> {
  const [usual = "", contrasting = ""] = css.replace(/\/\*[^]*?\*\//g, "").split("@media (prefers-contrast: more)");
  const text = more ? usual + contrasting : usual;
  return new Map([...text.matchAll(/(--[\w-]+):\s*([^;]+);/g)].map(([, name = "", value = ""]) => [name, value.trim()]));
}

/** Returns a colour's linear RGB. `hue` stands in for `var(--h)` and `var(--hsl)`. */
export function colour(value: string | undefined, { dark }: { dark: boolean }, hue = 0): Rgb {
  const text = (value ?? "").replace(/var\(--(h|hsl)\)/g, `${hue}`);
  const [, light = text, shade = text] = /^light-dark\((.+\)|[^(),]+), (.+)\)$/.exec(text) ?? [];
  return parsed(dark ? shade : light);
}

function parsed(text: string): Rgb {
  const numbers = (text.match(/\((.*)\)/)?.[1] ?? "").split(/\s+/).map(Number.parseFloat);
  const [a = Number.NaN, b = Number.NaN, c = Number.NaN] = numbers;
  if (text.startsWith("oklch(")) return oklch(a, b, c);
  if (text.startsWith("hsl(")) return hsl(a, b / 100, c / 100);
  if (/^#[0-9a-f]{3}$/.test(text)) return text === "#fff" ? [1, 1, 1] : [0, 0, 0];
  throw new Error(`Not a colour: ${text}`);
}

function oklch(lightness: number, chroma: number, hue: number): Rgb {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    clamped(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    clamped(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    clamped(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

function hsl(hue: number, saturation: number, lightness: number): Rgb {
  const channel = (n: number) => {
    const k = (n + hue / 30) % 12;
    const value = lightness - saturation * Math.min(lightness, 1 - lightness) * Math.max(-1, Math.min(k - 3, 9 - k, 1));
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(0), channel(8), channel(4)];
}

function clamped(value: number): number {
  return Math.min(1, Math.max(0, value));
}

/** Returns WCAG's contrast ratio. */
export function contrast(one: Rgb, other: Rgb): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance([red, green, blue]: Rgb): number {
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
