/** @param limit ms */
export async function within<Result>(limit: number, result: Promise<Result>): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const over = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`took longer than ${limit / 1000} s`)), limit)
  })
  try {
    return await Promise.race([result, over])
  } finally {
    clearTimeout(timer)
  }
}
