import { CloudwatchDashboard, type Construct } from '../cdktf.ts';

export interface Panel {
  readonly title: string;
  /** As CloudWatch's dashboards write them: namespace, name, dimensions, options. */
  readonly metrics: readonly (readonly (string | Readonly<Record<string, string | number | boolean>>)[])[];
  readonly statistic: string;
}

export interface DashboardProps {
  readonly name: string;
  readonly region: string;
  readonly panels: readonly Panel[];
}

const columns = 3;
const [width, height] = [24 / columns, 6];

/** One page that tells how an environment is. */
export class Dashboard extends CloudwatchDashboard {
  constructor(scope: Construct, id: string, { name, region, panels }: DashboardProps) {
    super(scope, id, {
      dashboardName: name,
      dashboardBody: JSON.stringify({
        widgets: panels.map(({ title, metrics, statistic }, index) => ({
          type: 'metric',
          x: (index % columns) * width,
          y: Math.floor(index / columns) * height,
          width,
          height,
          properties: { title, region, view: 'timeSeries', stat: statistic, period: 60, metrics },
        })),
      }),
    });
  }
}
