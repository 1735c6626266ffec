import providerMessages from "@pulumi/pulumi/proto/provider_pb.js";
import type { Call } from "./call.ts";
import type { DiffKind, DiffResult } from "./diff-properties.ts";
import type { CheckResult } from "./properties.ts";
import { toStruct } from "./struct.ts";

/** The protocol's message for a check's result. */
export function checkResponse<Context>(
  { inputs, failures }: CheckResult,
  call: Call<Context>,
): providerMessages.CheckResponse {
  const response = new providerMessages.CheckResponse();
  response.setInputs(toStruct(call.marked(inputs)));
  response.setFailuresList(
    failures.map(({ property, reason }) => {
      const failure = new providerMessages.CheckFailure();
      failure.setProperty(property);
      failure.setReason(call.cleaned(reason));
      return failure;
    }),
  );
  return response;
}

/** The protocol's message for what an update would change. */
export function diffResponse(diff: DiffResult): providerMessages.DiffResponse {
  const { DIFF_NONE, DIFF_SOME } = providerMessages.DiffResponse.DiffChanges;
  const response = new providerMessages.DiffResponse();
  response.setChanges(diff.changes ? DIFF_SOME : DIFF_NONE);
  response.setReplacesList([...diff.replaces]);
  response.setDeletebeforereplace(diff.deleteBeforeReplace);
  response.setHasdetaileddiff(true);
  response.setDiffsList([...new Set(Object.keys(diff.detailedDiff).map(topLevelName))]);
  for (const [path, kind] of Object.entries(diff.detailedDiff)) {
    const property = new providerMessages.PropertyDiff();
    property.setKind(propertyDiffKind(kind));
    property.setInputdiff(true);
    response.getDetaileddiffMap().set(path, property);
  }
  return response;
}

function topLevelName(path: string): string {
  return /^[^.[]+/.exec(path)?.[0] ?? path;
}

function propertyDiffKind(kind: DiffKind): providerMessages.PropertyDiff.Kind {
  const kinds = providerMessages.PropertyDiff.Kind;
  return {
    add: kinds.ADD,
    "add-replace": kinds.ADD_REPLACE,
    delete: kinds.DELETE,
    "delete-replace": kinds.DELETE_REPLACE,
    update: kinds.UPDATE,
    "update-replace": kinds.UPDATE_REPLACE,
  }[kind];
}
