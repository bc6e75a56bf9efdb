/** 大字 mode: remembered on the device; colours follow the system. */
import { ref } from 'vue'

const PLACE = 'xt.large'
export const large = ref(false)

export function recall(): void {
  large.value = uni.getStorageSync(PLACE) === '1'
}

export function setLarge(on: boolean): void {
  large.value = on
  uni.setStorageSync(PLACE, on ? '1' : '')
}
