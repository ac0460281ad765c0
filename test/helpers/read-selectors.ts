import { parser } from '@prometheus-io/lezer-promql';

type SyntaxNode = ReturnType<typeof parser.parse>['topNode'];

/** A metric in an expression of PromQL, and the labels that the expression takes it to have. */
export interface Selector {
  metric: string;
  labels: Set<string>;
  /** What the value of a label has to match, from `=` and `=~`. */
  values: { label: string; value: string; matches: (actual: string) => boolean }[];
}

/** Reads which metrics and labels an expression names. Throws an Error if it is not PromQL. */
export function readSelectors(expression: string): Selector[] {
  const selectors: Selector[] = [];
  const text = (node: SyntaxNode) => expression.slice(node.from, node.to);

  /** The names of the labels directly below, as in `by (…)` and `on (…)`. */
  function labelsIn(node: SyntaxNode | null): string[] {
    const list = node?.getChild('GroupingLabels');
    return (list?.getChildren('LabelName') ?? []).map(text);
  }

  /** @param grouped the labels that the expressions around this one group by */
  function visit(node: SyntaxNode, grouped: string[]): void {
    if (node.type.isError) throw new Error(`not PromQL at character ${node.from}: ${expression}`);
    if (node.name === 'VectorSelector') {
      const name = node.getChild('Identifier');
      if (name === null) throw new Error(`a selector without a name: ${expression}`);
      const matchers = node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? [];
      const matched = matchers.map((matcher) => ({
        label: text(matcher.firstChild as SyntaxNode),
        operator: text(matcher.getChild('MatchOp') as SyntaxNode),
        // As in JSON, a backslash is written twice.
        value: JSON.parse(text(matcher.getChild('StringLiteral') as SyntaxNode)) as string,
      }));
      selectors.push({
        metric: text(name),
        labels: new Set([...grouped, ...matched.map(({ label }) => label)]),
        values: matched
          .filter(({ operator }) => operator === '=' || operator === '=~')
          .map(({ label, operator, value }) => ({
            label,
            value,
            matches: (actual) =>
              operator === '=' ? actual === value : new RegExp(`^(?:${value})$`).test(actual),
          })),
      });
      return;
    }
    const modifier = node.getChild('AggregateModifier') ?? node.getChild('MatchingModifierClause');
    const inner = [...grouped, ...labelsIn(modifier)];
    for (let child = node.firstChild; child !== null; child = child.nextSibling)
      visit(child, inner);
  }

  visit(parser.parse(expression).topNode, []);
  return selectors;
}
