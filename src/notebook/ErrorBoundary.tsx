import { Component, type ReactNode } from 'react';
import { logFault, messageOf } from '../errors';
import { MissingPartError } from '../load-part';
import { retryParts } from '../ui/lazyPart';

interface State {
  readonly message: string | null;
  /** A part of the page did not come, even when it was asked for again. */
  readonly stillMissing: boolean;
}

/** A view that fails takes only itself down, and says what a person can do. */
export class ErrorBoundary extends Component<{ children: ReactNode }, State> {
  override state: State = { message: null, stillMissing: false };
  private tries = 0;

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { message: messageOf(error) };
  }

  override componentDidCatch(error: unknown) {
    logFault(error);
    this.setState({ stillMissing: error instanceof MissingPartError && this.tries > 0 });
  }

  override render() {
    if (this.state.message === null) return this.props.children;
    return (
      <p role="alert">
        {this.state.message}{' '}
        <button
          type="button"
          className="linklike"
          onClick={() => {
            this.tries++;
            retryParts();
            this.setState({ message: null });
          }}
        >
          Retry
        </button>
        {this.state.stillMissing && (
          // Firefox keeps that a part did not come, as the HTML standard has it, and asks for it no more.
          <>
            {' '}
            <button type="button" className="linklike" onClick={() => location.reload()}>
              Reload the page
            </button>
          </>
        )}
      </p>
    );
  }
}
