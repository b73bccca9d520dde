/** Okabe and Ito's eight colours, told apart with every kind of colour vision; black is left to the theme. */
export const CATEGORY_COLOURS = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#b8a900'] as const;

/** Shapes beside the colours, so that nothing is told by colour alone. */
export const CATEGORY_SHAPES = ['circle', 'square', 'diamond', 'triangle-up', 'cross', 'x', 'star'] as const;

/** Everything beyond the first seven. */
export const OTHER_COLOUR = '#9a948a';

/** Cividis (Nuñez, Anderton and Renslow, 2018): even steps of lightness, alike for all. */
export const NUMBER_SCALE: [number, string][] = [
  [0, '#00224e'],
  [0.25, '#414d6b'],
  [0.5, '#7c7b78'],
  [0.75, '#bcae6c'],
  [1, '#fee838'],
];
