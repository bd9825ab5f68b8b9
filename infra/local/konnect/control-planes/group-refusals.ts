import { type InvalidParameter, problem, Refusal } from '../answer.ts';
import { standardAnswer } from '../families.ts';

/** 400 in the words of the control plane groups, which differ from those of the control planes. */
export function invalidGroupRequest(invalid: readonly InvalidParameter[]): Refusal {
  return new Refusal(
    problem({
      status: 400,
      title: 'Invalid Request',
      detail: 'Invalid Parameters',
      instance: 'kong',
      invalid_parameters: invalid,
    }),
  );
}

export function groupNotFound(): Refusal {
  return new Refusal(standardAnswer('groups', 404));
}
