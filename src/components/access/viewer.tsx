'use client';
import { createContext, type ReactNode, useContext } from 'react';
import { type Access, allows, type Scope } from '#domain/access.ts';
import type { Actor } from '#domain/actor.ts';

/** Who looks at the page, and what they may do. The server decides; this is for what to show. */
export interface Viewer {
  id: string;
  name: string;
  type: Actor['type'];
  access: Access;
}

const ViewerContext = createContext<Viewer | null>(null);

export function ViewerProvider({ viewer, children }: { viewer: Viewer | null; children: ReactNode }) {
  return <ViewerContext value={viewer}>{children}</ViewerContext>;
}

export function useViewer(): Viewer | null {
  return useContext(ViewerContext);
}

/** Whether the one who looks may do what a scope names. */
export function useMay(scope: Scope): boolean {
  const viewer = useViewer();
  return viewer !== null && allows(viewer.access, { scope });
}
