import { Component, type ReactNode, useEffect, useRef } from 'react';
import { reportUnreachable, useServerAway } from '../providers/reachability.ts';
import { ErrorState } from './states.tsx';

interface Props {
  children: ReactNode;
  /** Another value of it is another page, which starts without the error. */
  place?: string;
}

interface State {
  error: Error | null;
  place: string | undefined;
}

/** The page's own code did not come: the server is away, or after an update its files are others. */
function NotLoaded() {
  const isAway = useServerAway();
  const wasAway = useRef(false);
  useEffect(() => {
    fetch('/healthz').catch(reportUnreachable);
  }, []);
  useEffect(() => {
    // A browser does not ask again for code that it has failed to load, save for a new document.
    if (wasAway.current && !isAway) location.reload();
    wasAway.current = isAway;
  }, [isAway]);
  return (
    <ErrorState
      title="This page could not be loaded"
      detail="The server cannot be reached, or the console was just updated."
      action="Load again"
      onRetry={() => location.reload()}
    />
  );
}

/** What a page throws stays in its place, and says so; the rest of the console goes on. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: null, place: this.props.place };

  static getDerivedStateFromError(error: Error): Partial<State> {
    return { error };
  }

  static getDerivedStateFromProps({ place }: Props, state: State): Partial<State> | null {
    return place === state.place ? null : { error: null, place };
  }

  override render() {
    const { error } = this.state;
    if (error === null) return this.props.children;
    if (/dynamically imported module|module script/i.test(error.message)) return <NotLoaded />;
    return (
      <ErrorState
        title="This page has failed"
        detail={error.message}
        action="Load again"
        onRetry={() => location.reload()}
      />
    );
  }
}
