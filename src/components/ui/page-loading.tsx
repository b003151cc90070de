/** A page that is on its way. */
export function PageLoading() {
  return (
    <div role="status" aria-label="Loading" className="flex flex-col gap-4 px-4 pt-4 lg:px-6">
      <span className="breathe h-6 w-40 rounded bg-raised" />
      <span className="breathe h-9 rounded bg-raised" />
      <span className="breathe h-9 rounded bg-raised" />
      <span className="breathe h-9 rounded bg-raised" />
    </div>
  );
}
