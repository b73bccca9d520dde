import { type CSSProperties, type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import styles from './DialogButton.module.css';
import { useDialog } from './useDialog';

interface DialogButtonProps {
  /** What the dialog is called. */
  label: string;
  className: string;
  title?: string | undefined;
  /** What the button shows. */
  face: ReactNode;
  children: (close: () => void) => ReactNode;
}

/** A button with a dialog that opens under it. */
export function DialogButton({ label, className, title, face, children }: DialogButtonProps) {
  const button = useRef<HTMLButtonElement>(null);
  const { isOpen, show, close, props } = useDialog();
  const place = usePlaceUnder(button, isOpen);
  return (
    <>
      <button
        ref={button}
        type="button"
        className={className}
        aria-expanded={isOpen}
        aria-haspopup="dialog"
        title={title}
        onClick={() => {
          // Safari gives a pressed button no focus, to which it then could go back.
          button.current?.focus();
          show();
        }}
      >
        {face}
      </button>
      {isOpen && (
        <dialog {...props} className={styles.dialog} style={place} aria-label={label}>
          {children(close)}
        </dialog>
      )}
    </>
  );
}

/** Where the dialog has its upper end: below the button, and flush with its far side. */
function usePlaceUnder(button: { current: HTMLElement | null }, isOpen: boolean): CSSProperties {
  const [place, setPlace] = useState<CSSProperties>({});
  useLayoutEffect(() => {
    if (!isOpen) return;
    const measure = () => {
      const box = button.current?.getBoundingClientRect();
      if (!box) return;
      const end = document.documentElement.clientWidth - box.right;
      setPlace({ '--top': `${box.bottom}px`, '--end': `${end}px` } as CSSProperties);
    };
    measure();
    window.addEventListener('resize', measure);
    return () => window.removeEventListener('resize', measure);
  }, [button, isOpen]);
  return place;
}
