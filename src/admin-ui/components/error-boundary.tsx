import { Component, type ReactNode } from 'react';
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
    // After an update the files of the former one are gone.
    const isUpdate = /dynamically imported module|module script/i.test(error.message);
    return (
      <ErrorState
        title={isUpdate ? 'The console was updated' : 'This page has failed'}
        detail={isUpdate ? 'Load it again to go on.' : error.message}
        action="Load again"
        onRetry={() => location.reload()}
      />
    );
  }
}
