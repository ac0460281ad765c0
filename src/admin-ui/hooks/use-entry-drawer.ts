import { type UseDrawerFormProps, useDrawerForm } from '@refinedev/antd';
import type { BaseRecord, HttpError } from '@refinedev/core';
import { useEffect, useState } from 'react';

/**
 * A form in a drawer over a list. It follows changes by others until the user types: from then on it
 * ignores them, since Refine would reset all fields.
 */
export function useEntryDrawer<Body extends BaseRecord, Values extends object>(
  props: UseDrawerFormProps<Body, HttpError, Values>,
) {
  const [isTyped, setIsTyped] = useState(false);
  const drawer = useDrawerForm<Body, HttpError, Values>({
    redirect: false,
    syncWithLocation: false,
    // A cache entry of its own: the page behind the drawer keeps following changes.
    queryMeta: { isForm: true },
    // Forgotten when the drawer closes, so that it opens with the present state.
    queryOptions: { enabled: !isTyped, gcTime: 0 },
    ...props,
  });
  const { drawerProps, formProps, setId } = drawer;
  const isOpen = drawerProps.open === true;

  useEffect(() => {
    if (isOpen) return;
    setIsTyped(false);
    setId(undefined);
  }, [isOpen, setId]);

  return {
    ...drawer,
    formProps: {
      ...formProps,
      onValuesChange: (...values: Parameters<NonNullable<typeof formProps.onValuesChange>>) => {
        setIsTyped(true);
        formProps.onValuesChange?.(...values);
      },
    },
  };
}
