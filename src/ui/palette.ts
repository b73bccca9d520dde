/**
 * Okabe and Ito's six colours that stand out from both backgrounds, and four more that are as far from them, and from
 * each other, as can be, seen with full colour vision or with any of its three deficiencies (Machado et al., 2009).
 */
export const CATEGORY_COLOURS = [
  '#0072b2',
  '#e69f00',
  '#009e73',
  '#cc79a7',
  '#56b4e9',
  '#d55e00',
  '#804050',
  '#7000f0',
  '#a0c090',
  '#b04000',
] as const;

/** Shapes beside the colours, so that nothing depends on colour alone. */
export const CATEGORY_SHAPES = [
  'circle',
  'square',
  'diamond',
  'triangle-up',
  'cross',
  'x',
  'star',
  'triangle-down',
  'pentagon',
  'hexagram',
] as const;

/** Everything beyond the first ten. */
export const OTHER_COLOUR = '#9a948a';

type Scale = [number, string][];

/**
 * Cividis (Nuñez, Anderton and Renslow, 2018): even steps of lightness, alike for all. Cut at the end
 * that would vanish into the background, and turned so that large numbers stand out from it.
 */
export const NUMBER_SCALE: Readonly<Record<'light' | 'dark', Scale>> = {
  light: [
    [0, '#c9b75f'],
    [0.33, '#8e8a78'],
    [0.66, '#48546d'],
    [1, '#00224e'],
  ],
  dark: [
    [0, '#4a5872'],
    [0.33, '#7c7b78'],
    [0.66, '#bcae6c'],
    [1, '#fee838'],
  ],
};
