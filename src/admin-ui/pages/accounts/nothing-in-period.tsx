import { Button, Card } from 'antd';
import type { OverviewAnswer } from '../../../api/admin/accounts/schema.ts';
import { defaultReportDays } from '../../../domain/limits.ts';
import { EmptyState } from '../../components/states.tsx';
import { daysUpTo, type Period } from './use-period.ts';

interface NothingInPeriodProps {
  overview: OverviewAnswer;
  onPeriod: (period: Period) => void;
}

/** Says that the period is empty, and leads to one that is not. */
export function NothingInPeriod({ overview, onPeriod }: NothingInPeriodProps) {
  const { first_date, last_date } = overview;
  return (
    <Card>
      <EmptyState
        title="No transactions in this period"
        detail={`The account has transactions from ${first_date} to ${last_date}.`}
      >
        <Button onClick={() => onPeriod(daysUpTo(last_date, defaultReportDays))}>
          Show the {defaultReportDays} days up to {last_date}
        </Button>
      </EmptyState>
    </Card>
  );
}
