'use client';

/** For a failure of the frame itself, where nothing else of the dashboard works. */
export default function GlobalError({ retry }: { error: unknown; retry: () => void }) {
  return (
    <html lang="en">
      <body style={{ fontFamily: 'system-ui, sans-serif', padding: 32 }}>
        <h1 style={{ fontSize: 20 }}>Pulse can't be shown now</h1>
        <p>Something went wrong. The server's log, or the browser's, has the cause.</p>
        <button type="button" onClick={retry}>
          Try again
        </button>
      </body>
    </html>
  );
}
