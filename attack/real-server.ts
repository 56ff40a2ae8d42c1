import { parseConfig } from '../apps/signal/src/config.ts';
import { startServer, type Surroundings } from '../apps/signal/src/server.ts';
import { startBalancer } from '../e2e/balancer.ts';
import { startRedis } from '../e2e/redis-process.ts';
import { TEST_NODES } from '../e2e/server.ts';

/** The real server in the process of the test. */
export interface RealServer {
  /** By its address, e.g. `http://127.0.0.1:40123`. */
  readonly origin: string;
  close: () => Promise<void>;
}

/**
 * Starts it on a free port of the loopback, told nothing but `environment`. Where the tests run on several nodes
 * (PORCHLIGHT_TEST_NODES) it is several servers on one Redis, and a balancer in front.
 */
export async function startReal(
  environment: Readonly<Record<string, string>> = {},
  surroundings: Surroundings = {},
): Promise<RealServer> {
  if (TEST_NODES === 1) return startOne(environment, surroundings);
  const redis = await startRedis();
  const nodes = await Promise.all(
    Array.from({ length: TEST_NODES }, () => startOne({ ...environment, REDIS_URL: redis.url }, surroundings)),
  );
  const balancer = await startBalancer(() => nodes.map(({ origin }) => Number(new URL(origin).port)));
  return {
    origin: byAddress(balancer.origin),
    close: async () => {
      await balancer.close();
      await Promise.all(nodes.map((node) => node.close()));
      await redis.stop();
    },
  };
}

async function startOne(
  environment: Readonly<Record<string, string>>,
  surroundings: Surroundings,
): Promise<RealServer> {
  const parsed = parseConfig({ PORT: '0', HOST: '127.0.0.1', ...environment });
  if (!parsed.ok) throw new Error(parsed.problem);
  const { address, close } = await startServer(parsed.config, surroundings);
  return { origin: byAddress(address), close };
}

const byAddress = (origin: string): string => origin.replace('localhost', '127.0.0.1');
