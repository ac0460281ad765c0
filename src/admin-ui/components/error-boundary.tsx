import { Component, type ErrorInfo, type ReactNode, useEffect, useRef } from 'react';
import { reportError } from '../errors/report-error.ts';
import { reportUnreachable, useServerAway } from '../providers/reachability.ts';
import { ErrorState } from './states.tsx';

interface Props {
  children: ReactNode;
  /** A new value means a new page, which starts without the error. */
  place?: string;
}

interface State {
  error: Error | null;
  place: string | undefined;
}

/** The browser could not load the page's code: the server is away, or an update has replaced the files. */
function NotLoaded() {
  const isAway = useServerAway();
  const wasAway = useRef(false);
  useEffect(() => {
    fetch('/healthz').catch(reportUnreachable);
  }, []);
  useEffect(() => {
    // A browser asks again for code that it failed to load only in a new document.
    if (wasAway.current && !isAway) location.reload();
    wasAway.current = isAway;
  }, [isAway]);
  return (
    <ErrorState
      title="Could not load this page"
      detail="The server is unreachable, or the console has just been updated."
      action="Reload"
      onRetry={() => location.reload()}
    />
  );
}

/** Shows the error that a page throws in the page's place, so that the rest of the console keeps working. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: null, place: this.props.place };

  static getDerivedStateFromError(error: Error): Partial<State> {
    return { error };
  }

  static getDerivedStateFromProps({ place }: Props, state: State): Partial<State> | null {
    return place === state.place ? null : { error: null, place };
  }

  override componentDidCatch(error: Error, { componentStack }: ErrorInfo): void {
    reportError(error, componentStack ?? undefined);
  }

  override render() {
    const { error } = this.state;
    if (error === null) return this.props.children;
    if (/dynamically imported module|module script/i.test(error.message)) return <NotLoaded />;
    return (
      <ErrorState
        title="Something went wrong on this page"
        detail={error.message}
        action="Reload"
        onRetry={() => location.reload()}
      />
    );
  }
}
