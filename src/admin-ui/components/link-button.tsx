import { Button, type ButtonProps } from 'antd';
import type { MouseEvent } from 'react';
import { useHref, useLinkClickHandler } from 'react-router';

/** A link to a page of the console that looks like a button. */
export function LinkButton({ to, onClick, ...props }: ButtonProps & { to: string }) {
  const href = useHref(to);
  const follow = useLinkClickHandler<HTMLAnchorElement>(to);
  return (
    <Button
      {...props}
      href={href}
      onClick={(event) => {
        onClick?.(event);
        follow(event as MouseEvent<HTMLAnchorElement>);
      }}
    />
  );
}
