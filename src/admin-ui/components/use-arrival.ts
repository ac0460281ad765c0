import { type RefObject, useEffect, useRef } from 'react';
import { useLocation, useNavigationType } from 'react-router';

/** Of the place where one has entered the console; there the browser does all this itself. */
const entryKey = 'default';

/**
 * Does for a new page what a browser does for a new document: the focus goes to its heading, so that
 * it is read out and the keyboard goes on from there, and it is seen from its top. Whoever goes back
 * finds the place where they were.
 */
export function useArrival<Heading extends HTMLElement>(): RefObject<Heading | null> {
  const heading = useRef<Heading>(null);
  const { key } = useLocation();
  const how = useNavigationType();
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when the page appears, whatever it filters then
  useEffect(() => {
    if (key === entryKey) return;
    if (how === 'PUSH') window.scrollTo(0, 0);
    // A field of the page that has taken the focus keeps it.
    if (document.activeElement?.closest('main, [role="main"], [role="dialog"]') == null)
      heading.current?.focus({ preventScroll: true });
  }, []);
  return heading;
}
