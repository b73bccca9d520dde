/** Okabe and Ito's eight colours, told apart with every kind of colour vision; black is left to the theme. */
export const CATEGORY_COLOURS = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#b8a900'] as const;

/** Shapes beside the colours, so that nothing is told by colour alone. */
export const CATEGORY_SHAPES = ['circle', 'square', 'diamond', 'triangle-up', 'cross', 'x', 'star'] as const;

/** Everything beyond the first seven. */
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
