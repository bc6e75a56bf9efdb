/** A file of ours around the package, so that what is fetched late has a plain name. */
export { areaList } from '@vant/area-data'
