import { type ReactNode, type SubmitEventHandler, useEffect, useRef } from 'react';

/**
 * A form that leads to its first wrong field after a submit, whether the form or the API's answer found it wrong.
 * `errors`: those of `useForm`, a new object whenever they change.
 */
export function Form({
  errors,
  onSubmit,
  children,
}: {
  errors: Readonly<Record<string, ReactNode>>;
  onSubmit: SubmitEventHandler<HTMLFormElement>;
  children: ReactNode;
}) {
  const element = useRef<HTMLFormElement>(null);
  // Only once a submit: later changes are the user's own typing, which keeps its place.
  const isAwaited = useRef(false);
  useEffect(() => {
    if (!isAwaited.current) return;
    const wrong = element.current?.querySelector<HTMLElement>('[aria-invalid="true"]');
    if (!wrong) return;
    isAwaited.current = false;
    // The browser alone would scroll it under the page's header.
    wrong.scrollIntoView({ block: 'center' });
    wrong.focus({ preventScroll: true });
  }, [errors]);
  return (
    <form
      ref={element}
      noValidate
      onSubmit={(event) => {
        isAwaited.current = true;
        onSubmit(event);
      }}
    >
      {children}
    </form>
  );
}
