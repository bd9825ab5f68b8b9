import { type Answer, created, json, noContent, ok, Refusal } from '../answer.ts';
import { namesPlane, planeOf } from '../control-planes/planes.ts';
import { standardAnswer } from '../families.ts';
import { uuid } from '../ids.ts';
import { type Call, type Operation, param, seconds } from '../operation.ts';
import type { DataPlaneCertificate, Plane } from '../state.ts';
import { all, drop, put } from '../table.ts';
import { parseCertificate } from './body.ts';

const maxCertificates = 32;
const collection = '/v2/control-planes/:controlPlaneId/dp-client-certificates';
const item = `${collection}/:certificateId`;

export const certificateOperations: readonly Operation[] = [
  { name: 'ListDataPlaneCertificates', method: 'GET', path: collection, family: 'certificates', handle: list },
  { name: 'CreateDataPlaneCertificate', method: 'POST', path: collection, family: 'certificates', handle: create },
  { name: 'GetDataPlaneCertificate', method: 'GET', path: item, family: 'certificates', handle: get },
  { name: 'UpdateDataPlaneCertificate', method: 'PUT', path: item, family: 'certificates', handle: update },
  { name: 'DeleteDataPlaneCertificate', method: 'DELETE', path: item, family: 'certificates', handle: remove },
];

/** Lists give the PEM without the newline at its end; single items as it was sent. Clients that compare must not mind. */
function list(call: Call): Answer {
  const items = all(requirePlane(call).certificates, call.stale).map((row) => ({ ...row, cert: row.cert.trimEnd() }));
  return ok({ items, page: { total_count: items.length } });
}

/** Pins a certificate. The same one again is accepted and gets an id of its own. */
function create(call: Call): Answer {
  const { certificates } = requirePlane(call);
  const wanted = parseCertificate(call.body);
  if (certificates.rows.size >= maxCertificates) {
    throw refuse(`the control plane has reached its limit of ${maxCertificates} data plane client certificates`);
  }
  const now = seconds(call.world.clock());
  const row: DataPlaneCertificate = { id: uuid(call.world.state.ids), ...wanted, created_at: now, updated_at: now };
  put(certificates, row.id, row);
  return created({ item: row });
}

function get(call: Call): Answer {
  return ok({ item: requireCertificate(call) });
}

function update(call: Call): Answer {
  const { id, created_at } = requireCertificate(call);
  const updated_at = seconds(call.world.clock());
  const row: DataPlaneCertificate = { id, ...parseCertificate(call.body), created_at, updated_at };
  put(requirePlane(call).certificates, id, row);
  return ok({ item: row });
}

function remove(call: Call): Answer {
  drop(requirePlane(call).certificates, requireCertificate(call).id);
  return noContent;
}

function requireCertificate(call: Call): DataPlaneCertificate {
  const row = requirePlane(call).certificates.rows.get(param(call, 'certificateId'));
  if (row === undefined) throw new Refusal(standardAnswer('certificates', 404));
  return row;
}

function requirePlane(call: Call): Plane {
  if (!namesPlane(call)) throw refuse(` '${param(call, 'controlPlaneId')}' is not a valid uuid`);
  const plane = planeOf(call);
  if (plane === undefined) throw new Refusal(standardAnswer('certificates', 404));
  return plane;
}

function refuse(message: string): Refusal {
  return new Refusal({ status: 400, contentType: json, body: { code: 3, message } });
}
