/* package.mjs - the package that a test is given as a folder */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

export const importPackage = (folder) => import(pathToFileURL(resolve(folder, 'srnn.mjs')));

export const loadPackage = async (folder) => (await importPackage(folder)).load();
