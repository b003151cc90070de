import { PageLoading } from '#components/ui/page-loading.tsx';

// Only pages that are useless without JavaScript have one: the others are sent whole, and with their real HTTP status.
export default PageLoading;
