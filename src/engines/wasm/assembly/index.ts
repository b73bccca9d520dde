import { blockScores, blockStep } from './block';
import { drawnDescent, writtenDescent } from './descent';
import { plan, setPlan, table, usePlan } from './memory';
import { networkScores, networkSteps, writtenNetworkStep } from './network';
import { drawnSteps, pairScores, writtenStep } from './pairs';
import { beginOrder, bringUpAll } from './past';
import { Order, Plan, Side, Table } from './plan';
import { awaitOrder, barrier, give, orderArgument, orderGiven, ordersGiven, shareFrom } from './threads';
import { rowScores, topColumns } from './top';

export { usePlan };

/** Orders given so far. */
export function orders(): i32 {
  return ordersGiven();
}

/** Has all threads carry out an order; called by the first. */
export function command(order: i32, argument: i32): void {
  if (plan(Plan.Threads) > 1) give(order, argument);
  if (order !== Order.Quit) carryOut(order, argument, 0);
}

/** Life of every other thread: carries out the orders after number `last` until it is told to quit. */
export function serve(thread: i32, last: i32): void {
  let seen = last;
  for (;;) {
    seen = awaitOrder(seen);
    const order = orderGiven();
    if (order === Order.Quit) return;
    carryOut(order, orderArgument(), thread);
  }
}

function carryOut(order: i32, argument: i32, thread: i32): void {
  beginOrder(thread);
  let steps = 1;
  if (order === Order.NetworkSteps) {
    steps = argument;
    networkSteps(steps, thread);
  } else if (order === Order.NetworkStep) {
    writtenNetworkStep(thread);
  } else if (order === Order.DrawnSteps) {
    steps = argument;
    drawnSteps(steps, thread);
  } else if (order === Order.PairStep) {
    writtenStep(thread);
  } else if (order === Order.DrawnDescent) {
    steps = argument;
    drawnDescent(steps, thread);
  } else if (order === Order.WrittenDescent) {
    writtenDescent(thread);
  } else if (order === Order.BlockStep) {
    blockStep(thread);
  } else {
    steps = 0;
    if (order === Order.Flush) flush(thread);
    else if (order === Order.PairScores) pairScores(thread);
    else if (order === Order.NetworkScores) networkScores(thread);
    else if (order === Order.BlockScores) blockScores(thread);
    else if (order === Order.RowScores) rowScores(thread);
    else if (order === Order.TopColumns) topColumns(thread);
  }
  barrier();
  if (thread === 0) setPlan(Plan.Step, plan(Plan.Step) + steps);
}

function flush(thread: i32): void {
  for (let side: i32 = Side.Row; side <= Side.Column; side++) {
    const count = table(side, Table.Count);
    bringUpAll(side, shareFrom(count, thread), shareFrom(count, thread + 1));
  }
}
