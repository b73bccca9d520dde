import { blockScores, blockStep } from './block';
import { drawnDescent, writtenDescent } from './descent';
import { plan, setPlan, table, usePlan } from './memory';
import { networkScores, networkSteps, writtenNetworkStep } from './network';
import { drawnSteps, pairScores, writtenStep } from './pairs';
import { beginCommand, catchUpAll } from './lazy-adam';
import { Command, Plan, Side, Table } from './plan';
import { awaitCommand, barrier, postCommand, commandArgument, postedCommand, commandsPosted, shareFrom } from './threads';
import { rowScores, topColumns } from './top';

export { usePlan };

/** Orders given so far. */
export function commandCount(): i32 {
  return commandsPosted();
}

/** Has all threads carry out an command; called by the first. */
export function runCommand(command: i32, argument: i32): void {
  if (plan(Plan.Threads) > 1) postCommand(command, argument);
  if (command !== Command.Quit) execute(command, argument, 0);
}

/** Life of every other thread: executes the commands after number `last` until the quit command. */
export function serve(thread: i32, last: i32): void {
  let seen = last;
  for (;;) {
    seen = awaitCommand(seen);
    const command = postedCommand();
    if (command === Command.Quit) return;
    execute(command, commandArgument(), thread);
  }
}

function execute(command: i32, argument: i32, thread: i32): void {
  beginCommand(thread);
  let steps = 1;
  if (command === Command.NetworkSteps) {
    steps = argument;
    networkSteps(steps, thread);
  } else if (command === Command.NetworkStep) {
    writtenNetworkStep(thread);
  } else if (command === Command.DrawnSteps) {
    steps = argument;
    drawnSteps(steps, thread);
  } else if (command === Command.PairStep) {
    writtenStep(thread);
  } else if (command === Command.DrawnDescent) {
    steps = argument;
    drawnDescent(steps, thread);
  } else if (command === Command.WrittenDescent) {
    writtenDescent(thread);
  } else if (command === Command.BlockStep) {
    blockStep(thread);
  } else {
    steps = 0;
    if (command === Command.Flush) flush(thread);
    else if (command === Command.PairScores) pairScores(thread);
    else if (command === Command.NetworkScores) networkScores(thread);
    else if (command === Command.BlockScores) blockScores(thread);
    else if (command === Command.RowScores) rowScores(thread);
    else if (command === Command.TopColumns) topColumns(thread);
  }
  barrier();
  if (thread === 0) setPlan(Plan.Step, plan(Plan.Step) + steps);
}

function flush(thread: i32): void {
  for (let side: i32 = Side.Row; side <= Side.Column; side++) {
    const count = table(side, Table.Count);
    catchUpAll(side, shareFrom(count, thread), shareFrom(count, thread + 1));
  }
}
