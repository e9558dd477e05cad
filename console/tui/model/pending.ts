/**
 * What was asked of the agent and is not answered yet. Until the answer comes, whoever asked may
 * type on, open something else, or ask the same once more. So every question has a ticket that no
 * other has, and what was sent is kept with it: an answer is about what was sent, never about what
 * stands there when it comes.
 */

/** Names one request of a verb. Two of them are never equal, whatever they are about. */
export type Ticket = symbol;

export interface Pending<Sent> {
  readonly ticket: Ticket;
  readonly sent: Sent;
}

export function pending<Sent>(sent: Sent): Pending<Sent> {
  return { ticket: Symbol('ticket'), sent };
}

/** Why nothing is sent while the same is under way. */
export const underWay = 'it is being saved: the answer is on its way';
