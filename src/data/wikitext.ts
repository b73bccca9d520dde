/**
 * The first item of a value of a Wikipedia infobox as plain text: without comments, references, templates
 * and tags, and with the words that a link shows. Empty where nothing is left. Tags may have blanks inside
 * (`< br / >`), as some dumps are written.
 */
export function plainText(wikitext: string): string {
  const bare = withoutTemplates(
    wikitext
      // A comment or reference that is not closed goes on to the end.
      .replace(/<\s*!--[\s\S]*?(--\s*>|$)/g, '')
      .replace(/<\s*ref\b[^<>]*\/\s*>/gi, '')
      .replace(/<\s*ref\b[^<>]*>[\s\S]*?(<\s*\/\s*ref\s*>|$)/gi, ''),
  );
  for (const item of bare.split(/<\s*\/?\s*(?:br|li|p|div)\b[^<>]*>|\n|^\s*\*/i)) {
    const text = item
      .replace(/\[\[(?:[^[\]|]*\|)?([^[\]]*)\]\]/g, '$1')
      .replace(/\[https?:\S+\s*([^\]]*)\]/g, '$1')
      .replace(/<[^<>]*(>|$)/g, '')
      .replace(/'{2,}|\[|\]/g, '')
      .replace(/&nbsp;/g, ' ')
      .replace(/\s+/g, ' ')
      .replace(/^[\s,;*]+|[\s,;]+$/g, '');
    if (text !== '') return text;
  }
  return '';
}

/** Templates hold templates: the innermost are taken out until none is left. */
function withoutTemplates(text: string): string {
  for (;;) {
    const less = text.replace(/\{\{[^{}]*\}\}/g, '');
    if (less === text) return text;
    text = less;
  }
}
