/** How the axes, the grid and the tooltips of charts look. */
export const axisText = { fill: 'var(--ant-color-text-secondary)', fontSize: 12 };

export const gridColor = 'var(--ant-color-border-secondary)';

export const tooltipStyle = {
  background: 'var(--ant-color-bg-elevated)',
  border: '1px solid var(--ant-color-border-secondary)',
  borderRadius: 8,
};

/** The second colour of a chart, beside the primary one. */
export const secondColor = '#d29a3c';
