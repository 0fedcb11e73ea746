import { z } from 'zod';
import { serveLambda } from '../../runtime/serve-lambda.ts';
import { handler } from '../main.ts';

/** The function's process in a container image; Lambda says where its Runtime API answers. */
await serveLambda(z.string().min(1).parse(process.env['AWS_LAMBDA_RUNTIME_API']), handler);
