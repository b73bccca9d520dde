import { Component, type ReactNode } from 'react';
import { logFault, messageOf } from '../errors';
import { retryParts } from '../ui/lazyPart';

/** A view that fails takes only itself down, and says what a person can do. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { message: string | null }> {
  override state = { message: null };

  static getDerivedStateFromError(error: unknown) {
    return { message: messageOf(error) };
  }

  override componentDidCatch(error: unknown) {
    logFault(error);
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
            retryParts();
            this.setState({ message: null });
          }}
        >
          Retry
        </button>
      </p>
    );
  }
}
