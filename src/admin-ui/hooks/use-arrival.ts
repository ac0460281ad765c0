import { type RefObject, useEffect, useRef } from 'react';
import { useLocation, useNavigationType } from 'react-router';

/** The router's key of the page that the browser loaded, for which the browser does all this itself. */
const entryKey = 'default';

/**
 * Does for a new page what a browser does for a new document: scrolls to the top and focuses the
 * heading, so that screen readers announce it and the keyboard continues from there. Going back
 * restores the former place.
 */
export function useArrival<Heading extends HTMLElement>(): RefObject<Heading | null> {
  const heading = useRef<Heading>(null);
  const { key } = useLocation();
  const how = useNavigationType();
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when the page appears, whatever it filters then
  useEffect(() => {
    if (key === entryKey) return;
    if (how === 'PUSH') window.scrollTo(0, 0);
    // A field that has taken the focus keeps it.
    if (document.activeElement?.closest('main, [role="main"], [role="dialog"]') == null)
      heading.current?.focus({ preventScroll: true });
  }, []);
  return heading;
}
