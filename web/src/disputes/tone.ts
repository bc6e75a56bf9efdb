/** How a dispute's state looks. */
export const tone = (state: string): string => (['paid', 'final'].includes(state) ? 'good' : ['denied', 'reversed'].includes(state) ? 'bad' : state === 'withdrawn' ? '' : 'warn')
/** `paid` is a word of money elsewhere, so the state has a key of its own. */
export const named = (state: string): string => `dispute.${state === 'paid' ? 'paid_state' : state}`
