import { type HttpError, useUpdate } from '@refinedev/core';
import { Alert, Button, Drawer, Form } from 'antd';
import type { UserBody } from '../../../api/admin/users/schema.ts';
import type { Role } from '../../../domain/role.ts';
import { showFieldErrors } from '../../components/show-field-errors.ts';
import { done, notDoneInForm } from '../../providers/messages.ts';
import { UserFields } from './user-fields.tsx';

interface Values {
  name: string;
  role: Role;
  may_export: boolean;
}

interface EditUserProps {
  user: UserBody;
  isSelf: boolean;
  isOpen: boolean;
  onClose: () => void;
}

export function EditUser({ user, isSelf, isOpen, onClose }: EditUserProps) {
  const [form] = Form.useForm<Values>();
  const role = Form.useWatch('role', form);
  const { mutate, mutation } = useUpdate<UserBody, HttpError, Values>({ resource: 'users' });

  const isOther = (values: Values) =>
    values.role !== user.role || values.may_export !== user.may_export;

  function save(values: Values) {
    mutate(
      {
        id: user.id,
        values,
        successNotification: done(`${values.name} saved`),
        errorNotification: notDoneInForm('Could not save the user'),
      },
      {
        // A user's own rights decide what the whole console shows, so it is loaded again.
        onSuccess: () => (isSelf && isOther(values) ? location.reload() : onClose()),
        onError: (error) => showFieldErrors(form, error),
      },
    );
  }

  return (
    <Drawer
      open={isOpen}
      title={user.email}
      width="min(460px, 100vw)"
      onClose={onClose}
      destroyOnHidden
    >
      <Form<Values>
        form={form}
        name={`user-${user.id}`}
        layout="vertical"
        requiredMark={false}
        initialValues={{ name: user.name, role: user.role, may_export: user.may_export }}
        onFinish={save}
      >
        <UserFields />
        {isSelf && role !== undefined && role !== 'admin' && (
          <Alert
            type="warning"
            showIcon
            message="This is your own account. Only another admin can give you the admin role back."
            style={{ marginBottom: 16 }}
          />
        )}
        <Button type="primary" htmlType="submit" loading={mutation.isPending}>
          Save
        </Button>
      </Form>
    </Drawer>
  );
}
