declare module "@alpinejs/csp" {
  interface Alpine {
    data(name: string, make: (...given: unknown[]) => object): void;
    start(): void;
  }
  const alpine: Alpine;
  export default alpine;
}

interface SharedWorkerGlobalScope {
  onconnect: ((event: MessageEvent) => void) | null;
}
