import { type PointerEvent, type RefObject, useCallback, useEffect, useRef, useState } from 'react';

interface DialogState {
  readonly isOpen: boolean;
  readonly show: () => void;
  readonly close: () => void;
  /** For the <dialog>. */
  readonly props: {
    readonly ref: RefObject<HTMLDialogElement | null>;
    readonly onClose: () => void;
    readonly onPointerDown: (event: PointerEvent<HTMLDialogElement>) => void;
  };
}

/**
 * A modal dialog of the browser's own: it keeps the focus and closes on Esc. The focus begins at the choice in force,
 * else at the first control, and goes back to where it was.
 */
export function useDialog(): DialogState {
  const dialog = useRef<HTMLDialogElement>(null);
  const before = useRef<HTMLElement | null>(null);
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    if (!isOpen || !dialog.current) return;
    dialog.current.showModal();
    dialog.current.querySelector<HTMLElement>('input:checked:not(:disabled), [aria-current]')?.focus();
  }, [isOpen]);
  const show = useCallback(() => {
    before.current = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    setOpen(true);
  }, []);
  return {
    isOpen,
    show,
    close: () => dialog.current?.close(),
    props: {
      ref: dialog,
      onClose: () => {
        setOpen(false);
        before.current?.focus();
      },
      onPointerDown: ({ currentTarget, clientX, clientY }) => {
        const { left, right, top, bottom } = currentTarget.getBoundingClientRect();
        if (clientX < left || clientX > right || clientY < top || clientY > bottom) currentTarget.close();
      },
    },
  };
}
