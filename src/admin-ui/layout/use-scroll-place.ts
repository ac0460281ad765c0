import { useEffect } from 'react';
import { useLocation, useNavigationType } from 'react-router';

/** A page that is not as tall as it was by then has become another one. */
const patienceMs = 2_000;

/** How far down each place of the history was, by its key. */
const places = new Map<string, number>();

/**
 * Whoever goes back finds a list as far down as they have left it, which the browser can't do where
 * the rows come after the page.
 */
export function useScrollPlace(): void {
  const { key } = useLocation();
  const how = useNavigationType();

  useEffect(() => {
    const note = () => places.set(key, window.scrollY);
    window.addEventListener('scroll', note, { passive: true });
    return () => window.removeEventListener('scroll', note);
  }, [key]);

  useEffect(() => {
    const place = places.get(key);
    if (how !== 'POP' || place === undefined) return;
    const startedAt = performance.now();
    let frame = requestAnimationFrame(function restore() {
      const isTallEnough = document.documentElement.scrollHeight - window.innerHeight >= place;
      if (isTallEnough) window.scrollTo(0, place);
      else if (performance.now() - startedAt < patienceMs) frame = requestAnimationFrame(restore);
    });
    return () => cancelAnimationFrame(frame);
  }, [key, how]);
}
