// A dedicated worker, which asks with a fetch of its own.
addEventListener('message', ({ data }) => {
  void fetch(String(data)).then(({ status }) => postMessage(status))
})
