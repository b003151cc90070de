import pg from 'pg';
import type { Actor } from '../src/domain/actor.ts';
import { openPulse } from '../src/server/pulse.ts';
import { withDatabase } from './database.ts';
import { measureRate, median } from './measure.ts';

const callerCounts = [1, 32, 256];
const rounds = 3;
const durationMs = 3_000;
const connections = 32;
const actor: Actor = { type: 'system', id: 'bench', name: 'bench', via: 'api' };
const payload = { round: 1, note: 'a payload of about a hundred bytes, as an event of a real workflow might carry it' };

/**
 * Appends per second through `append` (guards, hashes, read model and notification on) beside bare single-row inserts into a
 * table of the same columns, over the same driver, taking turns in one run.
 */
export async function benchAppend(): Promise<void> {
  await withDatabase(async (url, ownerUrl) => {
    const pulse = await openPulse({ url });
    const pool = new pg.Pool({ connectionString: ownerUrl, max: connections });
    pool.on('error', () => {}); // The server may stop before the last connection has said goodbye.
    await pool.query('CREATE TABLE bare (LIKE event INCLUDING DEFAULTS)');
    await pool.query('ALTER TABLE bare ALTER position ADD GENERATED ALWAYS AS IDENTITY, ADD PRIMARY KEY (position)');
    const insert = (call: number) =>
      pool.query({
        name: 'bare',
        text: `INSERT INTO bare (key, sequence, kind, payload, actor, occurred_at, hash) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
        values: [`b-${call % 1_000}`, call, 'bench.noted', payload, actor, new Date(), 'x'.repeat(64)],
      });
    const append = (call: number) =>
      pulse.append({
        key: `k-${call % 1_000}`,
        events: [{ kind: 'bench.noted', payload: { note: payload.note } }],
        actor,
      });

    console.log(
      `append: medians of ${rounds} rounds of ${durationMs / 1_000} s, bare inserts over ${connections} connections`,
    );
    for (const callers of callerCounts) {
      const rates: { insert: number[]; append: number[] } = { insert: [], append: [] };
      for (let round = 0; round < rounds; round += 1) {
        rates.insert.push(await measureRate(callers, durationMs, insert));
        rates.append.push(await measureRate(callers, durationMs, append));
      }
      const [bare, appended] = [median(rates.insert), median(rates.append)];
      const ratio = (appended / bare).toFixed(2);
      console.log(
        `  ${String(callers).padStart(3)} callers: ${appended.toFixed(0).padStart(6)} appends/s, ${bare.toFixed(0).padStart(6)} bare inserts/s, ratio ${ratio}`,
      );
    }
    await pool.end();
    await pulse.close();
  });
}
