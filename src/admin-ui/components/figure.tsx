import { Card, Col, type ColProps, Typography } from 'antd';
import { Link } from 'react-router';

interface FigureProps extends ColProps {
  label: string;
  value: string;
  /** The list of what the number counts. */
  to: string;
  /** Names that list for screen readers. */
  listName: string;
  note?: string;
}

/** A large number that links to what it counts. */
export function Figure({ label, value, to, listName, note = ' ', ...column }: FigureProps) {
  return (
    <Col xl={6} {...column}>
      <Card styles={{ body: { padding: 16 } }} style={{ height: '100%' }}>
        <Typography.Text type="secondary">{label}</Typography.Text>
        <div className="numeric" style={{ fontSize: 24, lineHeight: '34px', fontWeight: 600 }}>
          <Link to={to} aria-label={`${label}: ${value}, show the ${listName}`}>
            {value}
          </Link>
        </div>
        <Typography.Text type="secondary" style={{ fontSize: 13 }}>
          {note}
        </Typography.Text>
      </Card>
    </Col>
  );
}
