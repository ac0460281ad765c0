import { Flex } from 'antd';
import { useLocation } from 'react-router';
import type { OverviewAnswer } from '../../../api/admin/accounts/schema.ts';
import { accountIdOf } from '../../components/account-path.ts';
import { ChooseCurrency } from '../../components/choose-currency.tsx';
import { Page } from '../../components/page.tsx';
import { EmptyState, ErrorState, LoadingState } from '../../components/states.tsx';
import { ApiCall } from './api-call.tsx';
import { CurrencyReport } from './currency-report.tsx';
import { Downloads } from './downloads.tsx';
import { Freshness } from './freshness.tsx';
import { NothingInPeriod } from './nothing-in-period.tsx';
import { PeriodPicker } from './period-picker.tsx';
import { ProcessingStatus } from './processing-status.tsx';
import { useOverview } from './use-overview.ts';
import { usePeriod } from './use-period.ts';

/** What an account spent and earned. The key lets the page of another account start afresh. */
export function AccountShow() {
  const id = accountIdOf(useLocation().pathname);
  return id === null ? <NoAccount /> : <Account key={id} id={id} />;
}

function NoAccount() {
  return (
    <Page title="Account not found">
      <EmptyState
        title="There is no account with this id"
        detail="An account appears with its first transaction. Account ids are case-sensitive."
      />
    </Page>
  );
}

function Account({ id }: { id: string }) {
  const { period, setPeriod, currency, setCurrency } = usePeriod();
  const { overview, error, isFetching, retry, recalculate } = useOverview(id, period);
  if (error?.statusCode === 404) return <NoAccount />;
  return (
    <Page
      title={id}
      subtitle={
        overview === undefined
          ? ' '
          : `Transactions from ${overview.first_date} to ${overview.last_date}`
      }
      extra={
        <>
          <PeriodPicker period={period} onChange={setPeriod} />
          <Downloads accountId={id} period={period} />
        </>
      }
    >
      {error !== null ? (
        <ErrorState detail={error.message} onRetry={retry} />
      ) : overview === undefined ? (
        <LoadingState rows={14} />
      ) : (
        <Flex vertical gap={16}>
          <Freshness overview={overview} isLoading={isFetching} onRecalculate={recalculate} />
          <Report
            overview={overview}
            currency={currency}
            onCurrency={setCurrency}
            onPeriod={setPeriod}
          />
          <ApiCall accountId={id} period={overview.current.date_range} />
        </Flex>
      )}
    </Page>
  );
}

interface ReportProps {
  overview: OverviewAnswer;
  currency: string | null;
  onCurrency: (currency: string) => void;
  onPeriod: (period: { start: string; end: string }) => void;
}

/** Shows one currency at a time, since sums of different ones mean nothing. */
function Report({ overview, currency, onCurrency, onPeriod }: ReportProps) {
  const currencies = overview.current.by_currency.map((totals) => totals.currency);
  const shown = currencies.find((known) => known === currency) ?? currencies[0];
  if (shown === undefined) return <NothingInPeriod overview={overview} onPeriod={onPeriod} />;
  return (
    <>
      <ProcessingStatus overview={overview} />
      <ChooseCurrency
        label="Currency"
        currencies={currencies}
        currency={shown}
        onChange={onCurrency}
      />
      <CurrencyReport overview={overview} currency={shown} />
    </>
  );
}
