import { Component, type ReactNode } from 'react';

/** A view that fails takes only itself down. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { message: string | null }> {
  override state = { message: null };

  static getDerivedStateFromError(error: unknown) {
    return { message: error instanceof Error ? error.message : String(error) };
  }

  override render() {
    if (this.state.message === null) return this.props.children;
    return (
      <p role="alert">
        This part of the page failed: {this.state.message}{' '}
        <button type="button" className="linklike" onClick={() => this.setState({ message: null })}>
          Try again
        </button>
      </p>
    );
  }
}
