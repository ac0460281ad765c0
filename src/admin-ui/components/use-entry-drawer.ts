import { type UseDrawerFormProps, useDrawerForm } from '@refinedev/antd';
import type { BaseRecord, HttpError } from '@refinedev/core';
import { useEffect, useState } from 'react';

/**
 * A form in a drawer over a list. What others change meanwhile shows in it until something is typed:
 * then it stays as it is, since Refine would set all fields back.
 */
export function useEntryDrawer<Body extends BaseRecord, Values extends object>(
  props: UseDrawerFormProps<Body, HttpError, Values>,
) {
  const [isTyped, setIsTyped] = useState(false);
  const drawer = useDrawerForm<Body, HttpError, Values>({
    redirect: false,
    syncWithLocation: false,
    // Kept apart from the same entry on the page behind it, which goes on to show what is new.
    queryMeta: { isForm: true },
    // And forgotten with the drawer, which begins with what is there when it opens.
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
