'use client';
import { useMutation } from '@tanstack/react-query';
import { useTRPC } from '../trpc/trpc.ts';

/** Ends this session, or all that one has, and goes to where one signs in. */
export function useSignOut() {
  const trpc = useTRPC();
  const { mutate, isPending, error } = useMutation(
    trpc.session.signOut.mutationOptions({ onSuccess: () => window.location.assign('/sign-in') }),
  );
  return { signOut: mutate, pending: isPending, error };
}
