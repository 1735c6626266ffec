/** A refusal as the platform words it: an HTTP status, and a code of its own. */
export class ApiError extends Error {
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 413;
  readonly code: number;

  constructor(status: ApiError["status"], code: number, message: string) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
  }
}

/** The platform's codes that clients look at. */
export const apiCode = {
  authentication: 10000,
  noSuchRoute: 7003,
  scriptNotFound: 10007,
  serviceNotFound: 10090,
  routeExists: 10020,
  invalidScript: 10021,
  unreadableBody: 10026,
  inheritWithoutPredecessor: 10057,
  routeNotFound: 10016,
  secretNotFound: 10056,
  workerExists: 10040,
  invalidCron: 10100,
  domainNotFound: 100114,
  deploymentNotFound: 100145,
  versionNotFound: 100146,
  newestVersionNotDeployed: 10215,
  secretsChanged: 10220,
} as const;

/** For a body that does not have the shape that a call needs. */
export function invalid(message: string): ApiError {
  return new ApiError(400, apiCode.invalidScript, message);
}
