// The app of every example: it knows nothing of tokens.

/** @param {import('sw-token-broker/client').TokenBrokerClient} broker */
export async function shop(broker) {
  document.body.insertAdjacentHTML(
    'beforeend',
    `<p role="status"></p>
     <label>Name <input value="alice" /></label>
     <button id="login">Log in</button> <button id="orders">Show orders</button> <button id="logout">Log out</button>
     <ul></ul>
     <label>Note <textarea></textarea></label>`,
  )
  const status = find('[role=status]')
  const list = find('ul')

  broker.addEventListener('session-changed', ({ session }) => (status.textContent = session.status))
  broker.addEventListener('login-required', () => find('#login').focus())
  status.textContent = (await broker.getSession()).status

  find('#login').onclick = async () => {
    const name = document.querySelector('input')?.value
    const answer = await fetch('/auth/login', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ username: name, password: name }),
    })
    if (!answer.ok) status.textContent = `login: ${answer.status}`
  }
  find('#orders').onclick = async () => {
    const answer = await fetch('/api/orders')
    /** @type {{ item: string }[]} */
    const orders = answer.ok ? await answer.json() : [{ item: `orders: ${answer.status}` }]
    list.replaceChildren(
      ...orders.map(({ item }) => Object.assign(document.createElement('li'), { textContent: item })),
    )
  }
  find('#logout').onclick = () => broker.logout()
}

/** @param {string} selector */
function find(selector) {
  const element = document.querySelector(selector)
  if (!(element instanceof HTMLElement)) throw new Error(`The page has no ${selector}`)
  return element
}
