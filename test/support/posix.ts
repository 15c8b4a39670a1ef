import process from 'node:process';

/** Whether there is a POSIX shell, signals that a process hears, devices, and links and names of files as POSIX has them: everywhere but on Windows. */
export const POSIX = process.platform !== 'win32';
