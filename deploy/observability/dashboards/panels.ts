import {
  ReduceDataOptionsBuilder,
  VizLegendOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  DashboardBuilder,
  DashboardLinkBuilder,
  DashboardLinkType,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TimeSeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';

/** The data sources, as grafana/datasources.yml names them. */
export const prometheus = { type: 'prometheus', uid: 'tallyflow-prometheus' };
export const tempo = { type: 'tempo', uid: 'tallyflow-tempo' };

/** A unit as Grafana names it. */
export type Unit = 's' | 'short' | 'ops' | 'reqps' | 'percentunit' | 'bytes' | 'cps';

interface Panel {
  title: string;
  /** Says what the panel means, and what is good or bad. */
  description: string;
  unit: Unit;
  /** PromQL by its legend, which may name labels: `{{rows}}`. */
  queries: Record<string, string>;
}

const figureSize = { height: 4, span: 6 };
const graphSize = { height: 8, span: 12 };

function queriesOf({ queries }: Panel): DataqueryBuilder[] {
  return Object.entries(queries).map(([legend, expr], index) =>
    new DataqueryBuilder()
      .refId(String.fromCharCode('A'.charCodeAt(0) + index))
      .expr(expr)
      .legendFormat(legend),
  );
}

/** The latest value, in large print. */
export function figure(panel: Panel): StatBuilder {
  return new StatBuilder()
    .title(panel.title)
    .description(panel.description)
    .datasource(prometheus)
    .unit(panel.unit)
    .height(figureSize.height)
    .span(figureSize.span)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .targets(queriesOf(panel));
}

/** Values over time. */
export function graph(panel: Panel): TimeSeriesBuilder {
  return new TimeSeriesBuilder()
    .title(panel.title)
    .description(panel.description)
    .datasource(prometheus)
    .unit(panel.unit)
    .min(0)
    .height(graphSize.height)
    .span(graphSize.span)
    .legend(new VizLegendOptionsBuilder().showLegend(true))
    .targets(queriesOf(panel));
}

/** A dashboard of the last six hours, with links to the others. */
export function dashboard(name: string, title: string): DashboardBuilder {
  return new DashboardBuilder(`Tallyflow: ${title}`)
    .uid(`tallyflow-${name}`)
    .tags(['tallyflow'])
    .readonly()
    .refresh('30s')
    .time({ from: 'now-6h', to: 'now' })
    .link(
      new DashboardLinkBuilder('Tallyflow')
        .type(DashboardLinkType.Dashboards)
        .tags(['tallyflow'])
        .keepTime(true),
    );
}

/** The PromQL of a quantile over all processes, from a histogram. */
export function quantile(share: number, histogram: string, by: string[] = []): string {
  const labels = ['le', ...by].join(', ');
  return `histogram_quantile(${share}, sum by (${labels}) (rate(${histogram}[$__rate_interval])))`;
}
