import { useTranslations } from 'next-intl';
import { useId } from 'react';
import { Role } from '#domain/access.ts';

/** Chooses one of the roles. */
export function RoleSelect({
  label,
  showLabel = false,
  value,
  disabled,
  onChange,
}: {
  label: string;
  showLabel?: boolean;
  value: Role;
  disabled?: boolean;
  onChange: (role: Role) => void;
}) {
  const t = useTranslations('access.roles');
  const id = useId();
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className={showLabel ? 'font-medium' : 'sr-only'}>
        {label}
      </label>
      <select
        id={id}
        value={value}
        disabled={disabled}
        onChange={(event) => onChange(Role.parse(event.target.value))}
        className="h-9 rounded border border-edge/60 bg-canvas px-2"
      >
        {Role.options.map((role) => (
          <option key={role} value={role}>
            {t(role)}
          </option>
        ))}
      </select>
    </div>
  );
}
